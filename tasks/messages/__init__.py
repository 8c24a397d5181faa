"""What do our messages say, and how do they look in every format?"""

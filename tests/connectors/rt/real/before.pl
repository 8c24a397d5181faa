# A desk with 31 tickets, a minute apart; prints the tokens of its two readers.
use strict; use warnings; use utf8;
use FindBin; use lib $FindBin::Bin;
use desk;

may($_, qw(ReplyToTicket CreateTicket ShowTicket)) for
    user('ada@example.com', Organization => 'Acme Ltd'),
    user('bob@example.com', Organization => "Müller & Söhne"),
    user('nemo@example.com');
may(user('ana', Privileged => 1, Organization => 'Us'),
    qw(SeeQueue ShowTicket ReplyToTicket ModifyTicket CommentOnTicket OwnTicket ShowTicketComments DeleteTicket SeeCustomField ModifyCustomField CreateTicket));

my $west = user('west', Privileged => 1);            # what deploy/sources.md calls the least rights
may($west, qw(SeeQueue ShowTicket SeeCustomField));
done($west->SetTimezone('America/Los_Angeles'));
my $utc = user('utc', Privileged => 1);              # and one who sees private comments, too
may($utc, qw(SeeQueue ShowTicket SeeCustomField ShowTicketComments ShowOutgoingEmail));
done($utc->SetTimezone('UTC'));

my $score = RT::CustomField->new(RT->SystemUser);
done($score->Create(Name => 'Score', Type => 'FreeformSingle', LookupType => RT::Ticket->CustomFieldLookupType));
my $queue = RT::Queue->new(RT->SystemUser);
done($queue->Load('General'));
done($score->AddToObject($queue));

for my $number (1 .. 28) { at($number); ticket('ada@example.com', Subject => "Ticket $number") }
at(29); ticket('bob@example.com', Subject => 'Grüße 🎈');
at(30); ticket('nemo@example.com', Subject => 'Of nobody we know');
at(31); ticket('ana', Subject => 'Told on the phone', Requestor => 'ada@example.com');

at(40); done(on('ana', 1)->Comment(Content => 'private'));
at(50); done(on('ada@example.com', 1)->Correspond(Content => 'more'));
at(60); done(on('ana', 1)->Correspond(Content => 'an answer'));
at(70); done(on('ana', 1)->SetStatus('resolved'));
at(80); done(on('ada@example.com', 1)->Correspond(Content => 'again'));    # RT itself opens it again
at(90); done(on('ana', 1)->SetStatus('resolved'));

at(100); done(on('ana', 2)->Correspond(Content => 'an answer'));
at(110); done(on('RT_System', 2)->MergeInto(3));
at(120); done(on('RT_System', 4)->SetStatus('deleted'));
at(130); done(on('RT_System', 5)->SetStatus('rejected'));
at(140); done(on('RT_System', 6)->AddCustomFieldValue(Field => 'Score', Value => '4'));
at(150); done(on('RT_System', 7)->SetOwner(desk::_as('ana')->Id, 'Force'));

print token($west), "\n", token($utc), "\n";

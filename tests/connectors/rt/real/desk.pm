# Who is at the desk, and what they do, through RT's own API.
package desk;
use clock;
use lib '/usr/share/request-tracker5/lib';
use RT -init;
use Exporter 'import';
our @EXPORT = qw(at done user may token ticket on shown);

sub at { $clock::now = $ENV{BEGUN} + 60 * shift }    # minutes after the beginning

sub done {                                           # die with RT's own words where it says no
    my ($ok, @said) = @_;
    die join(' ', 'RT says:', grep { defined } @said) . "\n" unless $ok;
    return $ok;
}

sub user {
    my ($name, %more) = @_;
    my $user = RT::User->new(RT->SystemUser);
    my $mail = $name =~ /@/ ? $name : "$name\@example.com";
    done($user->Create(Name => $name, EmailAddress => $mail, Privileged => 0, %more));
    return $user;
}

sub may {
    my ($user, @rights) = @_;
    done($user->PrincipalObj->GrantRight(Right => $_, Object => RT->System)) for @rights;
}

sub token {
    my ($user) = @_;
    my ($ok, $said, $token) = RT::AuthToken->new(RT->SystemUser)->Create(Owner => $user->Id, Description => 'Keepwell');
    done($ok, $said);
    return $token;
}

sub _as {
    my $user = RT::CurrentUser->new(RT->SystemUser);
    done($user->Load(shift), 'nobody is called so');
    return $user;
}

sub ticket {
    my ($by, %more) = @_;
    my $ticket = RT::Ticket->new(_as($by));
    my ($ok, @said) = $ticket->Create(Queue => 'General', Requestor => $by, %more);
    done($ok, @said);
    return $ok;
}

sub on {                                             # a ticket as somebody sees it
    my ($by, $number) = @_;
    my $ticket = RT::Ticket->new($by eq 'RT_System' ? RT->SystemUser : _as($by));
    done($ticket->Load($number), "no ticket $number");
    return $ticket;
}
1;

# A clock that the script sets: RT writes the exact times which the test then looks for.
package clock;
our $now = $ENV{BEGUN};
BEGIN {
    *CORE::GLOBAL::time      = sub () { int $clock::now };
    *CORE::GLOBAL::gmtime    = sub (;$) { CORE::gmtime(@_ ? $_[0] : int $clock::now) };
    *CORE::GLOBAL::localtime = sub (;$) { CORE::localtime(@_ ? $_[0] : int $clock::now) };
}
1;

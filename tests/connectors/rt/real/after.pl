# What happens between two syncs.
use strict; use warnings;
use FindBin; use lib $FindBin::Bin;
use desk;

at(0); ticket('ada@example.com', Subject => 'After the first sync');
at(1); done(on('ana', 8)->Correspond(Content => 'an answer'));
at(2); done(on('ana', 8)->SetStatus('resolved'));
at(3); done(on('RT_System', 9)->MergeInto(10));
at(4); done(on('RT_System', 6)->AddCustomFieldValue(Field => 'Score', Value => '2'));
at(5); done(on('ana', 11)->SetStatus('deleted'));

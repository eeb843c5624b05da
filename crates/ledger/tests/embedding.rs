//! The example of an embedder does what it says, also when it runs again.

#[expect(dead_code, reason = "the test runs what its main function prints")]
#[path = "../examples/embed.rs"]
mod embed;

#[test]
fn the_example_keeps_a_ledger() {
    let dir = tempfile::tempdir().expect("a directory");
    let expect = "the events stand at [Seq(1), Seq(2)]\n\
        known on 2025-09-28: 1 posts on 2025-10-01\n\
        known on 2025-09-29: 0 posts on 2025-10-01\n\
        #1 says so\n\
        #2 says so\n\
        at 2025-08-01, everything known, ledger at 2\n";
    for _ in 0..2 {
        assert_eq!(embed::told(dir.path()).expect("it runs"), expect);
    }
}

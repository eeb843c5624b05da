//! What stands in a stream beside events: it is passed over, tried again by later versions, and never taken for an event.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tenure_domain::wire::Submission;
use tenure_log::PassedOver;

fuzz_target!(|text: &str| {
    let is_passed_over = PassedOver::of(text).is_some();
    if is_passed_over {
        assert!(Submission::read(text.as_bytes()).is_err(), "{text} is an event and is passed over");
    }
    drop((PassedOver::payload(text), PassedOver::to_retry(text)));
});

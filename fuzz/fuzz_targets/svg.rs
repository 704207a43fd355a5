#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| easel::server::fuzzing::open("svg", data));

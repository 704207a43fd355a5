//! Tests readers of every speed.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, duplex},
    time::sleep,
};

use super::*;

/// The result of a response of `bytes` whose reader takes `piece` bytes every `pause` seconds, and
/// how many seconds that takes.
async fn written(bytes: usize, piece: usize, pause: u64) -> (io::Result<()>, u64) {
    let timeouts =
        Timeouts { write: Duration::from_secs(30), slowest_reader: 100, ..Timeouts::default() };
    let (server, mut client) = duplex(64);
    let reader = tokio::spawn(async move {
        let mut piece = vec![0; piece];
        loop {
            sleep(Duration::from_secs(pause)).await;
            if client.read_exact(&mut piece).await.is_err() {
                return;
            }
        }
    });
    let begun = Instant::now();
    let mut stream = PatientStream::new(server, Arc::new(Activity::new()), timeouts);
    let result = stream.write_all(&vec![7; bytes]).await;
    reader.abort();
    (result, begun.elapsed().as_secs())
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_drips_is_closed() {
    // However often it takes a byte.
    for (piece, pause) in [(1, 1), (20, 1), (1, 29), (1, 31)] {
        let (result, seconds) = written(100_000, piece, pause).await;
        assert_eq!(result.unwrap_err().kind(), io::ErrorKind::TimedOut, "{piece} {pause}");
        assert!(seconds <= 60, "{piece} {pause}: {seconds}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_took_a_lot_at_once_may_not_drip_afterwards() {
    let timeouts = Timeouts { slowest_reader: 100, ..Timeouts::default() };
    let (server, mut client) = duplex(64);
    let mut stream = PatientStream::new(server, Arc::new(Activity::new()), timeouts);
    let fast = tokio::spawn(async move {
        client.read_exact(&mut vec![0; 1_000_000]).await.unwrap();
        client
    });
    stream.write_all(&vec![7; 1_000_000]).await.unwrap();
    let _client = fast.await.unwrap();
    let begun = Instant::now();
    stream.write_all(&[7; 1_000]).await.unwrap_err();
    assert_eq!(begun.elapsed().as_secs(), 30);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_gets_all_of_it_though_it_stands_still_now_and_then() {
    let (result, seconds) = written(100_000, 120, 1).await;
    result.unwrap();
    assert!(seconds > 800, "{seconds}");
    // As on a train in tunnels.
    let (result, _) = written(100_000, 3_000, 25).await;
    result.unwrap();
}

//! A cache of responses, so that a provider is not asked the same twice.

use std::{
    hash::Hash,
    sync::Arc,
    time::{Duration, Instant},
};

use moka::{Expiry, future, policy::EvictionPolicy};

/// The results for the most recently used keys, each kept for the age of its key. There is one
/// request at a time for each key.
pub struct Cache<K, V>(future::Cache<K, V>);

/// How long the result for a key is kept; `None` means until there are too many.
struct Age<F>(F);

impl<K, V, F: Fn(&K) -> Option<Duration>> Expiry<K, V> for Age<F> {
    fn expire_after_create(&self, key: &K, _: &V, _: Instant) -> Option<Duration> {
        self.0(key)
    }

    fn expire_after_update(
        &self,
        key: &K,
        _: &V,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        self.0(key)
    }
}

impl<K, V> Cache<K, V>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// At most `entries`, each for `age`.
    pub fn new(entries: u64, age: Duration) -> Self {
        Self::with_ages(entries, move |_| Some(age))
    }

    /// At most `entries`; the least recently used ones are removed first.
    pub fn lasting(entries: u64) -> Self {
        Self::with_ages(entries, |_| None)
    }

    /// At most `entries`, each for the age of its key; `None` means while there is room.
    pub fn with_ages(
        entries: u64,
        age: impl Fn(&K) -> Option<Duration> + Send + Sync + 'static,
    ) -> Self {
        let cache = future::Cache::builder()
            .max_capacity(entries)
            .eviction_policy(EvictionPolicy::lru())
            .expire_after(Age(age));
        Self(cache.build())
    }

    pub async fn get(&self, key: &K) -> Option<V> {
        self.0.get(key).await
    }

    pub async fn insert(&self, key: K, value: V) {
        self.0.insert(key, value).await;
    }

    pub async fn remove(&self, key: &K) {
        self.0.invalidate(key).await;
    }

    /// The cached result, or that of `ask`. Concurrent calls for the same key wait for it; when the
    /// first one is dropped, the next one calls `ask`.
    ///
    /// # Errors
    ///
    /// As `ask`. An error is not cached.
    pub async fn get_or_ask<E>(
        &self,
        key: K,
        ask: impl Future<Output = Result<V, E>>,
    ) -> Result<V, E>
    where
        E: Clone + Send + Sync + 'static,
    {
        self.0.try_get_with(key, ask).await.map_err(Arc::unwrap_or_clone)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use futures::future::{join_all, pending};

    use super::*;

    const HOUR: Duration = Duration::from_secs(3600);

    #[tokio::test]
    async fn of_one_key_there_is_one_question_at_a_time() {
        let (cache, asked) = (Cache::new(10, HOUR), AtomicU32::new(0));
        let ask = || async {
            asked.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            Ok::<_, ()>(7)
        };
        let answers = join_all((0..20).map(|_| cache.get_or_ask("key", ask()))).await;
        assert_eq!((answers, asked.into_inner()), (vec![Ok(7); 20], 1));
    }

    #[tokio::test]
    async fn an_error_is_not_kept() {
        let cache = Cache::new(10, HOUR);
        assert_eq!(cache.get_or_ask(1, async { Err("down") }).await, Err("down"));
        assert_eq!(cache.get_or_ask(1, async { Ok::<_, &str>(7) }).await, Ok(7));
        assert_eq!(cache.get_or_ask(1, async { Err("down") }).await, Ok(7));
    }

    #[tokio::test]
    async fn a_question_that_is_given_up_is_asked_by_the_next() {
        let cache = Cache::new(10, HOUR);
        let first = cache.get_or_ask(1, pending::<Result<u32, ()>>());
        assert!(tokio::time::timeout(Duration::from_millis(10), first).await.is_err());
        assert_eq!(cache.get_or_ask(1, async { Ok::<_, ()>(7) }).await, Ok(7));
    }

    #[tokio::test]
    async fn an_answer_is_kept_as_long_as_its_key_says() {
        let cache = Cache::with_ages(10, |key: &u32| (*key == 1).then_some(Duration::ZERO));
        cache.insert(1, "gone").await;
        cache.insert(2, "stays").await;
        assert_eq!((cache.get(&1).await, cache.get(&2).await), (None, Some("stays")));
    }

    #[tokio::test]
    async fn the_newest_answers_are_kept() {
        let cache = Cache::lasting(2);
        for key in 0..20 {
            cache.insert(key, key).await;
            cache.0.run_pending_tasks().await;
        }
        assert_eq!((cache.get(&0).await, cache.get(&19).await), (None, Some(19)));
    }
}

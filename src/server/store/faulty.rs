//! A picture store that fails on demand, for tests.

use std::{
    fmt,
    sync::atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use futures::stream::BoxStream;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta,
    ObjectStore, PutMultipartOptions, PutOptions, PutPayload, PutResult, Result, memory::InMemory,
    path::Path,
};
use tokio::sync::watch;

/// How writes fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    #[default]
    None,
    /// As when S3 responds with 403.
    Forbidden,
    /// As when S3 responds with 500.
    Broken,
    /// As a full disk does.
    Full,
    Reset,
    /// No answer, not even to reads, until another fault is set.
    Hangs,
}

/// Stores everything in memory where it does not fail.
#[derive(Debug, Default)]
pub struct Faulty {
    inner: InMemory,
    fault: watch::Sender<Fault>,
    /// How many writes were tried.
    pub tried: AtomicUsize,
    /// How many files were read, and not only looked for.
    pub read: AtomicUsize,
}

impl Faulty {
    async fn fault_that_answers(&self) -> Fault {
        let mut fault = self.fault.subscribe();
        *fault.wait_for(|fault| *fault != Fault::Hangs).await.expect("its sender is held here")
    }

    /// Sets the fault, until the next call.
    pub fn fail(&self, fault: Fault) {
        self.fault.send_replace(fault);
    }
}

impl fmt::Display for Faulty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a faulty store")
    }
}

fn generic(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Error {
    Error::Generic { store: "faulty", source: source.into() }
}

#[async_trait]
impl ObjectStore for Faulty {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        self.tried.fetch_add(1, Ordering::SeqCst);
        match self.fault_that_answers().await {
            Fault::None | Fault::Hangs => self.inner.put_opts(location, payload, options).await,
            Fault::Forbidden => {
                Err(Error::PermissionDenied { path: location.to_string(), source: "403".into() })
            }
            Fault::Broken => Err(generic("500")),
            Fault::Full => Err(generic(std::io::Error::from(std::io::ErrorKind::StorageFull))),
            Fault::Reset => Err(generic(std::io::Error::from(std::io::ErrorKind::ConnectionReset))),
        }
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        self.inner.put_multipart_opts(location, options).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.fault_that_answers().await;
        if !options.head {
            self.read.fetch_add(1, Ordering::SeqCst);
        }
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await
    }
}

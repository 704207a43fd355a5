//! The page's client for server functions: a POST of bytes, whose response is bytes.
//!
//! The client of `server_fn` supports much that no function here uses (streams, forms, sockets),
//! and formats every error of `fetch`; that is a twentieth of all code in the page.

use bytes::Bytes;
use futures::{
    Sink, Stream,
    sink::{Drain, drain},
    stream::{Empty, empty},
};
use http::Method;
use js_sys::{ArrayBuffer, Uint8Array};
use send_wrapper::SendWrapper;
use server_fn::{
    client::Client,
    error::{FromServerFnError, IntoAppError, ServerFnErrorErr},
    request::ClientReq,
    response::ClientRes,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestInit, Response};

use crate::generation::{RefusalKind, TOO_LARGE};

/// Sends the calls of [`api`](crate::api).
pub struct PageClient;

/// An outgoing call.
pub struct Call {
    path: String,
    content_type: String,
    body: Bytes,
}

/// A response. It belongs to its thread, and a page has only one.
pub struct Reply(SendWrapper<Response>);

/// The error for a missing or unreadable response.
fn lost<E: FromServerFnError>() -> E {
    ServerFnErrorErr::Request(String::new()).into_app_error()
}

/// The error for a response from a proxy or firewall, if it is one.
fn turned_away<E: FromServerFnError>(answer: &Response) -> Option<E> {
    let content_type = answer.headers().get("content-type").ok().flatten().unwrap_or_default();
    let name = match RefusalKind::of_another(answer.status(), &content_type)? {
        RefusalKind::TooLarge => TOO_LARGE,
        _ => "",
    };
    Some(ServerFnErrorErr::MiddlewareError(name.to_owned()).into_app_error())
}

/// The error for kinds of calls that no server function uses.
fn unused<E: FromServerFnError>() -> E {
    ServerFnErrorErr::UnsupportedRequestMethod(String::new()).into_app_error()
}

impl Call {
    /// Sends the call and returns the response, whatever its status.
    async fn send(self) -> Option<Response> {
        let headers = Headers::new().ok()?;
        headers.set("content-type", &self.content_type).ok()?;
        let init = RequestInit::new();
        init.set_method("POST");
        init.set_headers(&headers);
        init.set_body(&Uint8Array::from(&self.body[..]));
        let answer = web_sys::window()?.fetch_with_str_and_init(&self.path, &init);
        JsFuture::from(answer).await.ok()?.dyn_into().ok()
    }
}

/// Reads the whole body of `response`.
async fn bytes_of(response: &Response) -> Option<Bytes> {
    let buffer = JsFuture::from(response.array_buffer().ok()?).await.ok()?;
    let buffer: ArrayBuffer = buffer.unchecked_into();
    Some(Uint8Array::new(&buffer).to_vec().into())
}

impl<E: FromServerFnError> Client<E> for PageClient {
    type Request = Call;
    type Response = Reply;

    fn send(call: Call) -> impl Future<Output = Result<Reply, E>> + Send {
        SendWrapper::new(async move {
            let answer = call.send().await.ok_or_else(lost)?;
            match turned_away(&answer) {
                Some(error) => Err(error),
                None => Ok(Reply(SendWrapper::new(answer))),
            }
        })
    }

    async fn open_websocket(
        _path: &str,
    ) -> Result<
        (
            impl Stream<Item = Result<Bytes, Bytes>> + Send + 'static,
            impl Sink<Bytes> + Send + 'static,
        ),
        E,
    > {
        Err::<(Empty<Result<Bytes, Bytes>>, Drain<Bytes>), E>(unused()).map(|_| (empty(), drain()))
    }

    fn spawn(future: impl Future<Output = ()> + Send + 'static) {
        wasm_bindgen_futures::spawn_local(future);
    }
}

impl<E: FromServerFnError> ClientReq<E> for Call {
    type FormData = ();

    fn try_new_req_query(_: &str, _: &str, _: &str, _: &str, _: Method) -> Result<Self, E> {
        Err(unused())
    }

    fn try_new_req_text(_: &str, _: &str, _: &str, _: String, _: Method) -> Result<Self, E> {
        Err(unused())
    }

    fn try_new_req_bytes(
        path: &str,
        content_type: &str,
        _accepts: &str,
        body: Bytes,
        _method: Method,
    ) -> Result<Self, E> {
        Ok(Self { path: path.to_owned(), content_type: content_type.to_owned(), body })
    }

    fn try_new_req_form_data(_: &str, _: &str, _: &str, (): (), _: Method) -> Result<Self, E> {
        Err(unused())
    }

    fn try_new_req_multipart(_: &str, _: &str, (): (), _: Method) -> Result<Self, E> {
        Err(unused())
    }

    fn try_new_req_streaming(
        _: &str,
        _: &str,
        _: &str,
        _: impl Stream<Item = Bytes> + Send + 'static,
        _: Method,
    ) -> Result<Self, E> {
        Err(unused())
    }
}

impl<E: FromServerFnError> ClientRes<E> for Reply {
    async fn try_into_string(self) -> Result<String, E> {
        Err(unused())
    }

    fn try_into_bytes(self) -> impl Future<Output = Result<Bytes, E>> + Send {
        SendWrapper::new(async move { bytes_of(&self.0).await.ok_or_else(lost) })
    }

    fn try_into_stream(
        self,
    ) -> Result<impl Stream<Item = Result<Bytes, Bytes>> + Send + Sync + 'static, E> {
        Err::<Empty<Result<Bytes, Bytes>>, E>(unused())
    }

    fn status(&self) -> u16 {
        self.0.status()
    }

    fn status_text(&self) -> String {
        String::new()
    }

    fn location(&self) -> String {
        String::new()
    }

    fn has_redirect(&self) -> bool {
        false
    }
}

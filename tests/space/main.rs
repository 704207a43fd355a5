//! The provider `space` against real Gradio servers of four releases, and against strange ones.

mod fixture;
mod proxy;
mod releases;
mod server;

FROM rust:1-bookworm AS build
RUN rustup target add wasm32-unknown-unknown && cargo install --locked cargo-leptos
WORKDIR /easel
COPY . .
RUN cargo leptos build --release

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home easel
WORKDIR /home/easel
COPY --from=build /easel/target/release/easel ./
COPY --from=build /easel/target/site target/site
USER easel
ENV LEPTOS_SITE_ADDR=0.0.0.0:3000
EXPOSE 3000
CMD ["./easel"]

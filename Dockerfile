# Debian's own Node is old; this one is the same on every machine.
FROM node:22-bookworm-slim AS node

FROM rust:1.95-bookworm AS build
COPY --from=node /usr/local/bin/node /usr/local/bin/node
COPY --from=node /usr/local/lib/node_modules /usr/local/lib/node_modules
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
WORKDIR /easel
# The tools stay in a layer of their own while only the source changes.
COPY script script
RUN bash -euo pipefail -c '. script/lib.sh; ensure_build_tools'
COPY . .
# What cargo fetched and compiled stays for the next build, and out of the image.
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/easel/target \
    script/build && install -D target/release/easel /out/easel

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates curl \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 easel
# One file, which holds the page too.
COPY --from=build /out/easel /usr/local/bin/easel
USER easel
WORKDIR /home/easel
# A volume that is mounted here for the first time gets its owner and mode. Nothing else is written,
# so the root file system may be read-only, with a tmpfs at /tmp.
RUN mkdir --mode=700 data
# An unnamed volume keeps the pictures at least until the container is removed.
VOLUME /home/easel/data
# A port that is published leads to this address only. People who come are asked for a name; the link of
# the owner is in the log.
ENV LEPTOS_SITE_ADDR=0.0.0.0:3000
EXPOSE 3000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
    CMD ["curl", "--fail", "--silent", "--show-error", "--output", "/dev/null", "http://127.0.0.1:3000/healthz"]
CMD ["easel"]

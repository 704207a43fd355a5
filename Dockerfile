FROM rust:1.95-bookworm AS build
RUN apt-get update \
    && apt-get install --yes --no-install-recommends nodejs npm \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /easel
# The tools stay in a layer of their own while only the source changes.
COPY script script
RUN bash -euo pipefail -c '. script/lib.sh; ensure_build_tools'
COPY . .
RUN script/build

FROM debian:bookworm-slim
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home easel
WORKDIR /home/easel
# The list of hashes tells the server what the files of the page are called.
COPY --from=build /easel/target/release/easel /easel/target/release/hash.txt ./
COPY --from=build /easel/target/site target/site
USER easel
# A volume that is mounted here for the first time gets its owner and mode.
RUN mkdir --mode=700 data
# A port that is published leads to this address only. So anybody may come in who reaches the port,
# and runs the models on offer and nothing else: publish it to this machine (127.0.0.1:3000:3000) or
# behind a proxy.
ENV LEPTOS_SITE_ADDR=0.0.0.0:3000 \
    EASEL_ACCESS=open
EXPOSE 3000
CMD ["./easel"]

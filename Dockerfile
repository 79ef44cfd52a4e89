# Builds the service with the Swift toolchain and ships one binary on a slim Debian.
ARG SWIFT_IMAGE=swift:6.3.1-bookworm

FROM ${SWIFT_IMAGE} AS build
# Debian's current patch level is wanted, not a pinned one.
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libcurl4-openssl-dev libpq-dev pkg-config \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
# Dependencies change less often than sources: their layer stays.
COPY Package.* ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
COPY Benchmarks/hummingbird Benchmarks/hummingbird
RUN swift build -c release --static-swift-stdlib -Xswiftc -gnone --product ohjaustila \
 && install -D --strip .build/release/ohjaustila /out/ohjaustila

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends ca-certificates libcurl4 libpq5 tzdata \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 10001 ohjaustila \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin ohjaustila \
 && install -d -m 0700 -o ohjaustila -g ohjaustila /var/lib/ohjaustila
WORKDIR /srv/ohjaustila
COPY openapi.yaml ./
COPY Migrations Migrations
COPY Policies Policies
COPY --from=build /out/ohjaustila /usr/local/bin/ohjaustila
USER 10001:10001
VOLUME /var/lib/ohjaustila
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 CMD ["ohjaustila", "health"]
ENTRYPOINT ["ohjaustila"]
CMD ["serve", "--host", "0.0.0.0", "--data", "/var/lib/ohjaustila"]

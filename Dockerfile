# The image: Java, the program and its caches, and no shell. It runs as nonroot, with a read-only root file system and
# no folder to write to.
#
#   docker build -t outrigger .
#   docker run --rm --read-only --cap-drop ALL -v "$PWD/outrigger.yaml:/etc/outrigger/outrigger.yaml:ro" outrigger
#
# Other commands take the place of the last line: docker run --rm -i outrigger check - <outrigger.yaml
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -ntp package -Pimage -pl proxy -am -Dmaven.test.skip=true
RUN deploy/image/assemble proxy/target/dist /opt/outrigger && cp LICENSE /opt/outrigger/

FROM gcr.io/distroless/base-nossl-debian12:nonroot
ARG VERSION=0.1.0-SNAPSHOT
ARG REVISION=unknown
LABEL org.opencontainers.image.title="Outrigger" \
      org.opencontainers.image.description="A sidecar resilience proxy for HTTP" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /opt/outrigger /opt/outrigger
# threads that share the C heap leave less of it unused
ENV MALLOC_ARENA_MAX=2
USER 65532:65532
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s \
    CMD ["/opt/outrigger/jre/bin/java", "@/opt/outrigger/healthcheck.flags", "io.outrigger.proxy.Main", "healthcheck", "-c", "/etc/outrigger/outrigger.yaml"]
ENTRYPOINT ["/opt/outrigger/jre/bin/java", "@/opt/outrigger/run.flags", "io.outrigger.proxy.Main"]
CMD ["run", "-c", "/etc/outrigger/outrigger.yaml"]

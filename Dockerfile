# The server as an image: Node, the sources and six packages; no shell command at start, no root, nothing written.
#   docker build -t gce-metadata-emulator . && docker run --rm --read-only -p 127.0.0.1:8080:8080 gce-metadata-emulator
# Inside it listens on every address of the container: whoever reaches the container gets its tokens (docs/placement.md).
ARG NODE_IMAGE=docker.io/library/node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM ${NODE_IMAGE}
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json LICENSE ./
COPY worker ./worker
# A number, so that Kubernetes can tell that it is not root.
USER 65532:65532
EXPOSE 8080
# With another --port, say so here too: -e HEALTH_PORT=80.
ENV HEALTH_PORT=8080
HEALTHCHECK --interval=10s --timeout=3s --start-period=5s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/emulator/v1/health`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# A young generation of 4 MiB: 100 MiB less in memory under load, no slower (docs/performance.md).
ENTRYPOINT ["node", "--max-semi-space-size=4", "worker/entry/node.ts", "serve", "--host", "0.0.0.0"]
CMD ["--port", "8080"]

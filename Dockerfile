# docker build -t holdfast .
# docker run --read-only -p 2567:2567 -v holdfast:/data -e AUTH_MODE=open holdfast        (see docs/operating.md)

FROM node:24-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY tsconfig.json tsconfig.build.json vite.config.ts ./
COPY scripts ./scripts
COPY src ./src
RUN npm run build && node scripts/peers-of-image.ts && npm prune --omit=dev
# Node reads neither types nor maps, and no TypeScript of a package: half of the bytes.
RUN find node_modules dist packages \( -name '*.map' -o -name '*.ts' -o -name '*.mts' -o -name '*.cts' \) -delete

FROM node:24-slim
RUN mkdir /data && chown 1000:1000 /data
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/packages /app/packages
COPY --from=build /app/dist /app/dist
ENV NODE_ENV=production
# The default store, file:data/holdfast.db, is then in /data: the only folder that it writes.
WORKDIR /
VOLUME /data
USER 1000:1000
EXPOSE 2567
STOPSIGNAL SIGTERM
# Alive, not ready: a server that waits for its Redis must not be replaced for it.
HEALTHCHECK --interval=5s --timeout=3s --start-period=20s --retries=3 CMD ["node", "-e", "require('node:http').get({ port: process.env.PORT || 2567, path: '/healthz', timeout: 2000 }, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('timeout', () => process.exit(1)).on('error', () => process.exit(1))"]
CMD ["node", "/app/dist/index.js"]

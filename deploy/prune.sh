#!/bin/sh
# Leaves of a built checkout what the services run with: no compiler, no tests, no sources, no second Node.
set -eu
cd "$(dirname "$0")/.."
npm prune --omit=dev --ignore-scripts --no-audit --no-fund
rm -rf node_modules/node-linux-* .kontor .nx tools libs/*/src apps/*/src libs/testing
# What only specs and their helpers load.
find apps libs -type f \( -name '*.spec.js' -o -name '*.spec.d.ts' -o -name '*.map' -o -name '*.tsbuildinfo' -o -name 'tsconfig.json' -o -name 'vite.config.mjs' \) -not -path '*/node_modules/*' -delete
# ONNX Runtime ships its libraries for every system in one package.
machine="$(node -p '`${process.platform}/${process.arch}`')"
find node_modules/onnxruntime-node/bin -mindepth 3 -maxdepth 3 -type d -not -path "*/$machine" -exec rm -rf {} +

import { defineConfig } from 'vite';

// Two entries, one copy of the code: the page loads the very bundle that others embed.
export default defineConfig({
  base: './',
  build: {
    outDir: 'dist/web',
    emptyOutDir: true,
    // The first versions that know light-dark() and URL.parse(); for older ones the bundler would write what the theme switch cannot reach.
    target: ['chrome126', 'firefox126', 'safari18'],
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { page: 'index.html', 'kontor-chat': 'src/kontor-chat.ts' },
      preserveEntrySignatures: 'allow-extension',
      output: {
        entryFileNames: (chunk) => (chunk.name === 'kontor-chat' ? '[name].js' : 'assets/[name]-[hash].js'),
        assetFileNames: 'assets/[name]-[hash][extname]',
      },
    },
  },
});

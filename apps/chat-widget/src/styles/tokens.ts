import { css } from 'lit';

/**
 * Colours and type. The page borrows from a ledger: greenish paper, ink, a margin rule,
 * and one marker whose yellow means the same everywhere: this is the passage that carries the sentence.
 */
export const tokens = css`
  :host {
    color-scheme: light dark;
    --ground: light-dark(#e8ede7, #101513);
    --paper: light-dark(#fbfcfa, #181e1b);
    --raised: light-dark(#ffffff, #1f2723);
    --ink: light-dark(#17211c, #e3e9e4);
    --soft: light-dark(#526059, #a5b2aa);
    --rule: light-dark(#d3dbd2, #313b36);
    --edge: light-dark(#75847a, #6d7b73);
    --margin: light-dark(#c9a7a0, #5a403b);
    --accent: light-dark(#0e5a48, #84d3b8);
    --on-accent: light-dark(#ffffff, #0b1a15);
    --marker: light-dark(#ffe27a, #e8c64a);
    --on-marker: light-dark(#2b2400, #1d1800);
    --marker-wash: light-dark(#fff3c4, #4a4017);
    --warn: light-dark(#8c3a10, #f2ad8b);
    --danger: light-dark(#9d1f2a, #ffa3a3);
    --danger-wash: light-dark(#fbeaea, #3a1f21);

    --serif: Charter, 'Bitstream Charter', 'Sitka Text', Cambria, 'Palatino Linotype', P052, Georgia, serif;
    --sans: system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
    --mono: ui-monospace, 'Cascadia Code', Menlo, Consolas, 'Liberation Mono', monospace;
    --radius: 4px;
  }

  :host([data-theme='light']) {
    color-scheme: light;
  }

  :host([data-theme='dark']) {
    color-scheme: dark;
  }
`;

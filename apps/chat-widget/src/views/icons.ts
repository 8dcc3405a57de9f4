import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit';

const icon = (shape: SVGTemplateResult): TemplateResult =>
  html`<svg class="icon" viewBox="0 0 20 20" fill="none" stroke="currentColor" stroke-width="1.6" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`;

export const menuIcon = icon(svg`<path d="M3 5.5h14M3 10h14M3 14.5h9"/>`);
export const plusIcon = icon(svg`<path d="M10 4v12M4 10h12"/>`);
export const closeIcon = icon(svg`<path d="M5 5l10 10M15 5L5 15"/>`);
export const sendIcon = icon(svg`<path d="M10 16V4M5 9l5-5 5 5"/>`);
export const stopIcon = icon(svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1" fill="currentColor"/>`);
export const downloadIcon = icon(svg`<path d="M10 3v9M6 8.5l4 4 4-4M4 16.5h12"/>`);
export const trashIcon = icon(svg`<path d="M4 5.5h12M8 5.5V4h4v1.5M5.5 5.5l.7 11h7.6l.7-11M8.4 8.5l.2 5M11.6 8.5l-.2 5"/>`);
export const documentIcon = icon(svg`<path d="M5 2.5h6.5L15 6v11.5H5zM11.5 2.5V6H15M7.5 10h5M7.5 13h5"/>`);
export const leaveIcon = icon(svg`<path d="M8 3.5H4v13h4M8.5 10H17M13.5 6.5L17 10l-3.5 3.5"/>`);
export const retryIcon = icon(svg`<path d="M15.5 10a5.5 5.5 0 1 1-1.7-4M15.5 3v3.5H12"/>`);

export const helpfulIcon = icon(svg`<path d="M6.5 9.2 9.7 3.4c1.3 0 1.9.9 1.6 2.1l-.6 2.7h4.1c1 0 1.7.9 1.4 1.9l-1.4 5c-.2.8-.8 1.2-1.6 1.2H6.5zM6.5 9.2H3.6v7.1h2.9"/>`);
export const unhelpfulIcon = icon(svg`<path d="M6.5 10.8 9.7 16.6c1.3 0 1.9-.9 1.6-2.1l-.6-2.7h4.1c1 0 1.7-.9 1.4-1.9l-1.4-5c-.2-.8-.8-1.2-1.6-1.2H6.5zM6.5 10.8H3.6V3.7h2.9"/>`);
export const speechIcon = icon(svg`<path d="M3 4h14v9.5H9.5L6 16.5v-3H3zM6.5 7.5h7M6.5 10.2h4.5"/>`);

/** The mark: a page with the margin rule of a ledger, and one line marked. */
export const mark = html`<svg class="mark" viewBox="0 0 24 24" aria-hidden="true">
  <rect class="mark-page" x="2" y="2" width="20" height="20" rx="3" />
  <rect class="mark-line" x="9.5" y="10" width="9.5" height="4.4" />
  <path class="mark-rule" d="M7 2v20M9.5 7h9.5M9.5 17.4h6" />
</svg>`;

/** Three lines that are being written: something is under way. */
export const progressLines = html`<span class="lines" aria-hidden="true"><i></i><i></i><i></i></span>`;

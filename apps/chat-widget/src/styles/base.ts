import { css } from 'lit';

/** Elements and small parts that stand everywhere. */
export const base = css`
  :host {
    display: block;
    block-size: 100%;
    background: var(--paper);
    color: var(--ink);
    font: 400 1rem/1.5 var(--sans);
    -webkit-text-size-adjust: 100%;
  }

  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }

  h1, h2, h3, h4, p, ul, ol, dl, dd, figure, fieldset, blockquote, pre {
    margin: 0;
    padding: 0;
  }

  ul {
    list-style: none;
  }

  fieldset {
    border: 0;
    min-inline-size: 0;
  }

  button, input, select, textarea {
    color: inherit;
    font: inherit;
    letter-spacing: inherit;
  }

  [type='checkbox'],
  [type='radio'] {
    accent-color: var(--accent);
    block-size: 1rem;
    inline-size: 1rem;
    margin: 0;
  }

  button {
    background: none;
    border: 0;
    cursor: pointer;
    padding: 0;
    text-align: start;
  }

  button:disabled {
    cursor: default;
    opacity: 0.55;
  }

  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }

  a {
    color: var(--accent);
  }

  code, pre {
    font-family: var(--mono);
    font-size: 0.875em;
  }

  .icon {
    block-size: 1.25rem;
    flex: none;
    inline-size: 1.25rem;
  }

  .hidden {
    block-size: 1px;
    clip-path: inset(50%);
    inline-size: 1px;
    overflow: hidden;
    position: absolute;
    white-space: nowrap;
  }

  .icon-button {
    align-items: center;
    block-size: 2.5rem;
    border-radius: var(--radius);
    color: var(--soft);
    display: inline-flex;
    flex: none;
    inline-size: 2.5rem;
    justify-content: center;
  }

  .icon-button:hover {
    background: color-mix(in srgb, var(--ink) 8%, transparent);
    color: var(--ink);
  }

  .primary {
    background: var(--accent);
    border-radius: var(--radius);
    color: var(--on-accent);
    font-weight: 600;
    padding: 0.6rem 1.2rem;
  }

  .quiet {
    align-items: center;
    border: 1px solid var(--edge);
    border-radius: var(--radius);
    color: var(--ink);
    display: inline-flex;
    font-size: 0.875rem;
    gap: 0.4rem;
    padding: 0.3rem 0.7rem;
    text-decoration: none;
  }

  .quiet:hover:not(:disabled) {
    border-color: var(--ink);
  }

  .quiet.danger {
    color: var(--danger);
  }

  .tag {
    background: var(--marker);
    border-radius: 2px;
    color: var(--on-marker);
    font: 700 0.6875rem/1 var(--sans);
    letter-spacing: 0.06em;
    padding: 0.3em 0.5em;
    text-transform: uppercase;
  }

  .code {
    color: var(--soft);
    font: 400 0.75rem/1.4 var(--mono);
    overflow-wrap: anywhere;
  }

  .aside {
    border-inline-start: 3px solid var(--edge);
    color: var(--soft);
    font-size: 0.9375rem;
    padding-inline-start: 0.75rem;
  }

  .banner {
    align-items: start;
    background: var(--ground);
    border-block-end: 1px solid var(--rule);
    border-inline-start: 4px solid var(--marker);
    display: flex;
    font-size: 0.875rem;
    gap: 0.5rem;
    justify-content: space-between;
    overflow-wrap: anywhere;
    padding: 0.5rem 1.25rem 0.5rem 1rem;
  }

  .banner.problem {
    background: var(--danger-wash);
    border: 1px solid var(--danger);
    border-radius: var(--radius);
    margin-block-end: 0.6rem;
    padding: 0.5rem 0.25rem 0.5rem 0.9rem;
  }

  .banner.problem p {
    padding-block: 0.4rem;
  }

  .mark {
    block-size: 1.75rem;
    flex: none;
    inline-size: 1.75rem;
  }

  .mark-page {
    fill: var(--accent);
  }

  .mark-line {
    fill: light-dark(#ffe27a, #fff0ad);
  }

  .mark-rule {
    fill: none;
    stroke: var(--on-accent);
    stroke-width: 1.3;
  }

  .initials {
    align-items: center;
    background: color-mix(in srgb, var(--accent) 14%, var(--paper));
    block-size: 2.25rem;
    border-radius: var(--radius);
    color: var(--accent);
    display: flex;
    flex: none;
    font-size: 0.8125rem;
    font-weight: 700;
    inline-size: 2.25rem;
    justify-content: center;
  }

  .person-name {
    flex: 1;
    line-height: 1.25;
    min-inline-size: 0;
    overflow-wrap: anywhere;
  }

  .person-name small {
    color: var(--soft);
    display: block;
    font-size: 0.8125rem;
  }

  @media (prefers-reduced-motion: reduce) {
    *,
    ::before,
    ::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

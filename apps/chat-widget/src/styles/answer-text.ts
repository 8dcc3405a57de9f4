import { css } from 'lit';

/** The words of the answer, with the marks of what supports them. */
export const answerTextStyles = css`
  .answer-text {
    font: 400 1.0625rem/1.62 var(--serif);
    /* Some serif faces turn whole words such as "Nr." into a sign of their own; the words stay as written. */
    font-variant-ligatures: none;
    overflow-wrap: anywhere;
  }

  .answer-text:empty {
    display: none;
  }

  .host {
    color: var(--soft);
    font-size: 0.875em;
  }

  .claim.active {
    background: var(--marker-wash);
  }

  .claim.unsupported {
    text-decoration: underline dotted var(--warn) 2px;
    text-underline-offset: 0.22em;
  }

  .unsupported-word {
    border: 1px solid currentColor;
    border-radius: 2px;
    color: var(--warn);
    font: 600 0.75rem/1 var(--sans);
    margin-inline: 0.4em 0.1em;
    padding: 0.12em 0.4em;
    white-space: nowrap;
  }

  .keep {
    white-space: nowrap;
  }

  .cites {
    line-height: 0;
  }

  .cite {
    background: var(--marker);
    border-radius: 2px;
    color: var(--on-marker);
    font: 700 0.6875rem/1.4 var(--sans);
    margin-inline-start: 0.22rem;
    min-inline-size: 1.2rem;
    padding: 0.05rem 0.3rem;
    position: relative;
    text-align: center;
  }

  /* A finger needs more than the small number offers. */
  .cite::after {
    content: '';
    inset: -0.5rem -0.15rem;
    position: absolute;
  }

  .cite:hover,
  .cite[aria-pressed='true'] {
    box-shadow: 0 0 0 2px var(--ink);
  }
`;

import { css } from 'lit';

/** What a person says of an answer, and the page on which administrators read it. */
export const feedbackStyles = css`
  .feedback {
    align-items: center;
    display: flex;
    gap: 0.1rem;
    margin-inline-start: auto;
  }

  .feedback [role='status']:not(:empty) {
    margin-inline-end: 0.5rem;
  }

  .feedback [aria-pressed='true'] {
    background: color-mix(in srgb, var(--accent) 14%, var(--paper));
    color: var(--accent);
  }

  .judgement {
    background: var(--ground);
    border-radius: var(--radius);
    display: grid;
    font-size: 0.9375rem;
    gap: 0.8rem;
    justify-items: start;
    padding: 1rem 1.1rem 1.1rem;
    scroll-margin-block: 1rem;
  }

  .judgement fieldset {
    display: flex;
    flex-wrap: wrap;
    gap: 0.35rem 1.25rem;
  }

  .judgement legend {
    font-weight: 600;
    margin-block-end: 0.35rem;
    padding: 0;
  }

  .judgement .field {
    max-inline-size: none;
  }

  .judgement textarea {
    field-sizing: content;
    inline-size: 100%;
    max-block-size: 11rem;
    min-block-size: 4rem;
    padding-block: 0.5rem;
    resize: none;
  }

  .choice {
    align-items: center;
    cursor: pointer;
    display: inline-flex;
    gap: 0.45rem;
    min-block-size: 1.75rem;
  }

  .judgement .told {
    color: var(--soft);
    font-size: 0.8125rem;
  }

  .judgement .choices {
    align-items: center;
    gap: 0.6rem;
  }

  .judgement .choices button {
    font-size: 0.9375rem;
    min-block-size: 2.5rem;
  }

  .run.said header {
    align-items: center;
  }

  .said h2 {
    align-items: center;
    display: flex;
    font: 600 1rem/1.3 var(--sans);
    gap: 0.5rem;
  }

  .said[data-verdict='helpful'] .icon {
    color: var(--accent);
  }

  .said[data-verdict='unhelpful'] .icon {
    color: var(--warn);
  }

  .said time,
  .said summary,
  .said li {
    color: var(--soft);
    font-size: 0.875rem;
  }

  .said .asked {
    font: 600 1.0625rem/1.4 var(--serif);
    overflow-wrap: anywhere;
  }

  .said .remark {
    overflow-wrap: anywhere;
    white-space: pre-wrap;
  }
`;

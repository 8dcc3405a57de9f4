import { css } from 'lit';

/** The box to ask in. */
export const ask = css`
  .foot {
    flex: none;
    margin-inline: auto;
    max-inline-size: 52rem;
    padding: 0.5rem 1.5rem 0.6rem 5.25rem;
    inline-size: 100%;
  }

  [data-width='narrow'] .foot {
    padding: 0.5rem 0.75rem max(0.75rem, env(safe-area-inset-bottom));
  }

  .ask-field {
    align-items: end;
    background: var(--raised);
    border: 1px solid var(--edge);
    border-radius: 8px;
    display: flex;
    gap: 0.5rem;
    padding: 0.4rem;
  }

  .ask-field:focus-within {
    border-color: var(--accent);
    box-shadow: 0 0 0 1px var(--accent);
  }

  .ask textarea {
    background: none;
    border: 0;
    field-sizing: content;
    flex: 1;
    max-block-size: 11rem;
    min-block-size: 2.5rem;
    min-inline-size: 0;
    outline: 0;
    padding: 0.5rem 0.6rem;
    resize: none;
  }

  .ask textarea::placeholder {
    color: var(--soft);
    opacity: 1;
  }

  .send,
  .stop {
    align-items: center;
    background: var(--accent);
    block-size: 2.5rem;
    border-radius: var(--radius);
    color: var(--on-accent);
    display: inline-flex;
    flex: none;
    font-weight: 600;
    gap: 0.35rem;
    justify-content: center;
    min-inline-size: 2.5rem;
  }

  .send:disabled {
    background: var(--ground);
    color: var(--soft);
    opacity: 1;
  }

  .stop {
    background: none;
    border: 1px solid var(--edge);
    color: var(--ink);
    padding-inline: 0.5rem 0.8rem;
  }

  .hint {
    color: var(--soft);
    font-size: 0.75rem;
    padding: 0.35rem 0.2rem 0;
  }

  .hint:empty {
    display: none;
  }

  .over {
    color: var(--danger);
    font-weight: 600;
  }
`;

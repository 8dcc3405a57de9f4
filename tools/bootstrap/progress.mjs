const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 120;
const HEARTBEAT_MS = 15_000;

/** One line a step: what it did and how long it took. All of it on stderr, so that a command's output stays its own. */
export class Progress {
  #quiet;
  #stream;

  constructor({ quiet = false, stream = process.stderr } = {}) {
    this.#quiet = quiet;
    this.#stream = stream;
  }

  /** Runs `work(note)`; `note` replaces the text that is shown meanwhile. `work` returns `{ did, summary }`. */
  async step(name, work) {
    const startedMs = performance.now();
    const elapsed = () => `${((performance.now() - startedMs) / 1000).toFixed(1)} s`;
    let text = '';
    const beat = this.#beat(name, () => `${text} (${elapsed()})`);
    try {
      const { did, summary } = await work((next) => {
        if (!text) beat.begin(next);
        text = next;
      });
      beat.end();
      if (did) this.say(name, `${summary} (${elapsed()})`);
      else if (!this.#quiet) this.say(name, summary);
    } finally {
      beat.end();
    }
  }

  say(name, text) {
    this.#stream.write(`kontor  ${name.padEnd(9)} ${text}\n`);
  }

  /** A spinner on a terminal; elsewhere a line at the start and one now and then, so that a log shows life. */
  #beat(name, render) {
    const terminal = this.#stream.isTTY;
    let frame = 0;
    let timer;
    const draw = () => {
      if (!terminal) return this.say(name, render());
      frame += 1;
      this.#stream.write(`\r\x1b[K${FRAMES[frame % FRAMES.length]} kontor  ${name.padEnd(9)} ${render()}`);
    };
    return {
      begin: (text) => {
        if (!terminal) this.say(name, `${text} …`);
        timer = setInterval(draw, terminal ? FRAME_MS : HEARTBEAT_MS);
      },
      end: () => {
        if (timer && terminal) this.#stream.write('\r\x1b[K');
        clearInterval(timer);
        timer = undefined;
      },
    };
  }
}

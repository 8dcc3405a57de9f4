import { spawn } from 'node:child_process';
import { chownSync, closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, isFree } from './ports.mjs';
import { PID_FILE, removeServer, signalTree, waitUntilGone } from './processes.mjs';
import { unwatch, watch } from './watch.mjs';

const START_MS_MAX = 180_000;
const STOP_MS_MAX = 15_000;
const PORT_ATTEMPTS_MAX = 5;
const LOG_CHARS = 2_000;
const POLL_MS = 25;

// Writes its own id before it becomes the server: so whoever knows the folder can end the server at any moment.
const announce = `umask 077 && echo $$ > '${PID_FILE}' && exec "$@"`;

/**
 * A server process with a folder of its own. `plan` says what is particular:
 * `name`; `account` to run as, if not this one; `prepare(server)` makes the data once; `command(server)` is the command
 * line; `isReady(server)` asks the server itself; `stopSignal`.
 */
export class Server {
  host = '127.0.0.1';
  #plan;
  #child;

  constructor(plan) {
    this.#plan = plan;
    this.folder = mkdtempSync(join(tmpdir(), `kontor-${plan.name}-`));
    watch(this.folder);
  }

  static async start(plan, port) {
    const server = new Server(plan);
    try {
      server.data = join(server.folder, 'data');
      mkdirSync(server.data, { mode: 0o700 });
      for (const path of plan.account ? [server.folder, server.data] : []) chownSync(path, plan.account.uid, plan.account.gid);
      await plan.prepare?.(server);
      await server.#startOnSomePort(port);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  get pid() {
    return this.#child?.pid;
  }

  /** The end of what the server printed. */
  get log() {
    return readFileSync(join(this.folder, 'log'), 'utf8').slice(-LOG_CHARS);
  }

  /** Ends it and all its processes at once, as kill -9 or a lost machine would. */
  async kill() {
    const child = this.#child;
    if (!child) return;
    child.ref();
    await waitUntilGone(signalTree(child.pid, 'SIGKILL'), STOP_MS_MAX);
    await child.ended;
  }

  /** Lets it hang: it keeps its connections and answers nothing, until `resume()`. */
  pause() {
    signalTree(this.pid, 'SIGSTOP');
  }

  resume() {
    signalTree(this.pid, 'SIGCONT');
  }

  /** Starts it again with the same port and data; ends it properly first where it runs. */
  async restart() {
    await this.#end();
    await this.#launch();
  }

  /** Ends it and removes its data. */
  async stop() {
    await this.#end();
    removeServer(this.folder);
    unwatch(this.folder);
  }

  /** Runs a program of the server to its end, as the server's account. */
  async run(command, args) {
    const child = this.#spawn(command, args);
    const code = await child.ended;
    if (code !== 0) throw new Error(`${command} failed: ${this.log}`);
  }

  // Between asking for a free port and listening on it another program may take it.
  async #startOnSomePort(wanted) {
    for (let attempt = 1; ; attempt += 1) {
      this.port = attempt === 1 && wanted && (await isFree(wanted)) ? wanted : await freePort();
      try {
        return await this.#launch();
      } catch (error) {
        if (attempt === PORT_ATTEMPTS_MAX || this.#child || (await isFree(this.port))) throw error;
      }
    }
  }

  async #launch() {
    const [command, ...args] = await this.#plan.command(this);
    const child = this.#spawn(command, args);
    for (const started = Date.now(); !(await this.#answers()); ) {
      if (!this.#child) throw new Error(`${this.#plan.name} does not start: ${this.log}`);
      if (Date.now() - started > START_MS_MAX) throw new Error(`${this.#plan.name} did not answer within ${START_MS_MAX} ms: ${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    // A process that forgets its servers may end all the same; the guard ends them then.
    child.unref();
  }

  // Whatever answers after our process ended is another one's server on the same port.
  async #answers() {
    return (await this.#plan.isReady(this)) && this.#child !== undefined;
  }

  #spawn(command, args) {
    const log = openSync(join(this.folder, 'log'), 'a');
    const { PATH, JAVA_HOME } = process.env;
    const env = { PATH, LC_ALL: 'C.UTF-8', HOME: this.folder, ...(JAVA_HOME && { JAVA_HOME }) };
    const child = spawn('sh', ['-c', announce, 'sh', command, ...args], { ...this.#plan.account, cwd: this.folder, env, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    this.#child = child;
    child.ended = new Promise((resolve) => {
      const end = (code) => {
        this.#child = undefined;
        rmSync(join(this.folder, PID_FILE), { force: true });
        resolve(code);
      };
      child.once('exit', end).once('error', () => end(127));
    });
    return child;
  }

  async #end() {
    const child = this.#child;
    if (!child) return;
    child.ref();
    child.kill(this.#plan.stopSignal ?? 'SIGTERM');
    // What was paused sees the signal once it runs again.
    signalTree(child.pid, 'SIGCONT');
    const late = setTimeout(() => signalTree(child.pid, 'SIGKILL'), STOP_MS_MAX);
    await child.ended;
    clearTimeout(late);
  }
}

import { AppError } from '@kontor/kernel';

/** Passes by returning; says what is wrong by throwing. */
export type Check = () => unknown;
/** `liveness`: only a restart helps. `readiness`: must not get work now, but may recover. */
export type CheckKind = 'liveness' | 'readiness';

export interface CheckResult {
  name: string;
  ok: boolean;
  durationMs: number;
  code?: string;
  message?: string;
}
export interface HealthReport {
  ok: boolean;
  checks: CheckResult[];
}

const CHECK_TIMEOUT_MS = 2_000;

interface Entry {
  name: string;
  kind: CheckKind;
  check: Check;
}

async function runCheck({ name, check }: Entry, timeoutMs: number): Promise<CheckResult> {
  const startedAt = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AppError('health.timeout', { message: `no answer within ${timeoutMs} ms` })), timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve().then(check), timeout]);
    return { name, ok: true, durationMs: performance.now() - startedAt };
  } catch (thrown) {
    const error = AppError.from(thrown, 'health.failed');
    return { name, ok: false, durationMs: performance.now() - startedAt, code: error.code, message: error.message };
  } finally {
    clearTimeout(timer);
  }
}

/**
 * The checks of one process. Adapters register what they need; `/health` and `kontor doctor` ask.
 *
 * @example health.register('database', 'readiness', () => database.ping());
 */
export class Health {
  private readonly entries = new Map<string, Entry>();

  constructor(private readonly timeoutMs = CHECK_TIMEOUT_MS) {}

  /** @returns a function that takes the check out again */
  register(name: string, kind: CheckKind, check: Check): () => void {
    if (this.entries.has(name)) throw new AppError('health.duplicate', { message: `There is a health check named "${name}" already; give this one another name.` });
    this.entries.set(name, { name, kind, check });
    return () => this.entries.delete(name);
  }

  async report(kind: CheckKind): Promise<HealthReport> {
    const entries = [...this.entries.values()].filter((entry) => entry.kind === kind);
    const checks = await Promise.all(entries.map((entry) => runCheck(entry, this.timeoutMs)));
    return { ok: checks.every((check) => check.ok), checks };
  }
}

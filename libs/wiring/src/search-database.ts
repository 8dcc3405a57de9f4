import { openPostgres, type Database, type PersonTx } from '@kontor/db';
import type { Scope } from '@kontor/contracts';
import type { ServiceParts } from '@kontor/http';
import { AppError } from '@kontor/kernel';

/** After a failure the standby is left alone for so long, so that not every search waits for it. */
const LEAVE_ALONE_MS = 10_000;

/** Searches on a standby, and on the server itself while the standby is away or refuses. */
export class SearchDatabase {
  private standby: Promise<Database> | null = null;
  private leaveUntilMs = 0;

  constructor(
    private readonly open: () => Promise<Database>,
    private readonly primary: Pick<Database, 'person'>,
    private readonly onTrouble: (error: AppError) => void,
  ) {}

  async person<T>(scope: Scope, work: (tx: PersonTx) => Promise<T>): Promise<T> {
    if (performance.now() < this.leaveUntilMs) return this.primary.person(scope, work);
    try {
      return await (await (this.standby ??= this.open())).person(scope, work);
    } catch (error) {
      // What the work itself refuses, the other server would refuse too.
      if (!(error instanceof AppError) || !error.code.startsWith('store.')) throw error;
      this.leaveUntilMs = performance.now() + LEAVE_ALONE_MS;
      await this.close();
      this.onTrouble(error);
      return this.primary.person(scope, work);
    }
  }

  async close(): Promise<void> {
    const opened = this.standby;
    this.standby = null;
    await opened?.then((database) => database.close(), () => undefined);
  }
}

/** The standby that KONTOR_SEARCH_DATABASE_URL names; undefined where none is. It is opened with the first search. */
export function openSearchDatabase({ config, logger, opened }: ServiceParts, primary: Database): SearchDatabase | undefined {
  const url = config.services.searchDatabaseUrl;
  if (url === undefined) return undefined;
  const warn = ({ code, message }: AppError): void => logger.warn({ code }, `search asks the primary database: ${message}`);
  return opened.add(new SearchDatabase(() => openPostgres({ url: url.reveal(), ...config.database }), primary, warn));
}

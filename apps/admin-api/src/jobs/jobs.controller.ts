import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import type { DeadLetter, JobsChanged, QueueStatus } from '@kontor/contracts';
import { Administrators, Principal, type Caller } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { z } from 'zod';
import { AuditService } from '../audit/audit.service.js';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const LETTERS_MAX = 1_000;
const Name = z.string().regex(/^[a-z][a-z-]{0,49}$/, 'must be a queue that `kontor jobs list` shows');
const Id = z.string().min(1).max(200);
const Page = z.object({ limit: z.coerce.number().int().min(1).max(LETTERS_MAX).default(100) });

/** The queues and their dead letters: what failed for good, to be run again or forgotten. */
@Controller('api/admin/queues')
@Administrators()
export class JobsController {
  constructor(
    @Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts,
    @Inject(AuditService) private readonly audit: AuditService,
  ) {}

  @Get()
  queues(): Promise<QueueStatus[]> {
    return this.ports.queue.queues();
  }

  @Get(':queue/dead-letters')
  async list(@Param('queue', { schema: Name }) queue: string, @Query({ schema: Page }) { limit }: z.infer<typeof Page>): Promise<DeadLetter[]> {
    const letters = await this.ports.queue.deadLetters.list(queue, limit);
    return letters.map(({ failedAt, ...letter }) => ({ ...letter, failedAt: failedAt.toISOString() }));
  }

  @Post(':queue/dead-letters/replay')
  @HttpCode(200)
  replayAll(@Principal() caller: Caller, @Param('queue', { schema: Name }) queue: string): Promise<JobsChanged> {
    return this.change(caller, 'jobs.replay', queue, 'all', () => this.ports.queue.deadLetters.replayAll(queue));
  }

  @Post(':queue/dead-letters/:id/replay')
  @HttpCode(200)
  replay(@Principal() caller: Caller, @Param('queue', { schema: Name }) queue: string, @Param('id', { schema: Id }) id: string): Promise<JobsChanged> {
    return this.change(caller, 'jobs.replay', queue, id, async () => one(await this.ports.queue.deadLetters.replay(queue, id)));
  }

  @Delete(':queue/dead-letters')
  discardAll(@Principal() caller: Caller, @Param('queue', { schema: Name }) queue: string): Promise<JobsChanged> {
    return this.change(caller, 'jobs.discard', queue, 'all', () => this.ports.queue.deadLetters.discardAll(queue));
  }

  @Delete(':queue/dead-letters/:id')
  discard(@Principal() caller: Caller, @Param('queue', { schema: Name }) queue: string, @Param('id', { schema: Id }) id: string): Promise<JobsChanged> {
    return this.change(caller, 'jobs.discard', queue, id, async () => one(await this.ports.queue.deadLetters.discard(queue, id)));
  }

  private async change(caller: Caller, action: string, queue: string, id: string, work: () => Promise<number>): Promise<JobsChanged> {
    return { jobs: await this.audit.during(caller, action, `${queue}/${id}`, work) };
  }
}

function one(found: boolean): number {
  if (!found) throw new AppError('job.not_failed', { status: 404, message: 'No job of this id has failed in this queue. `kontor jobs list` shows those that have.' });
  return 1;
}

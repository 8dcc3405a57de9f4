import { Controller, Get, Inject } from '@nestjs/common';
import type { OutboxLag } from '@kontor/db';
import { Public } from '@kontor/http';
import { Relay } from './relay.js';

/** How far the outbox is behind: numbers, and nothing of what happened. */
@Controller('health/outbox')
export class RelayController {
  constructor(@Inject(Relay) private readonly relay: Relay) {}

  @Get()
  @Public()
  lag(): Promise<OutboxLag> {
    return this.relay.lag();
  }
}

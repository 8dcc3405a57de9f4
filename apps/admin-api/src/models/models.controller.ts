import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { ModelStatus } from '@kontor/contracts';
import { Administrators, Principal, type Caller } from '@kontor/http';
import { z } from 'zod';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';
import { ModelsService } from './models.service.js';

const Name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be a name that `kontor models list` shows');

@Controller('api/admin/models')
@Administrators()
export class ModelsController {
  constructor(
    @Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts,
    @Inject(ModelsService) private readonly service: ModelsService,
  ) {}

  @Get()
  list(): Promise<ModelStatus[]> {
    return this.ports.models.list();
  }

  @Post(':name/verify')
  @HttpCode(204)
  verify(@Principal() caller: Caller, @Param('name', { schema: Name }) name: string): Promise<void> {
    return this.service.verify(caller, name);
  }

  @Post(':name/pull')
  @HttpCode(204)
  pull(@Principal() caller: Caller, @Param('name', { schema: Name }) name: string): Promise<void> {
    return this.service.pull(caller, name);
  }

  @Post(':name/use')
  @HttpCode(204)
  use(@Principal() caller: Caller, @Param('name', { schema: Name }) name: string): Promise<void> {
    return this.service.use(caller, name);
  }
}

import { Controller, Get, HttpCode, Inject, Param, Post } from '@nestjs/common';
import type { ModelStatus } from '@kontor/contracts';
import { Administrators } from '@kontor/http';
import { z } from 'zod';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

const Name = z.string().regex(/^[a-z0-9][a-z0-9.-]{0,99}$/, 'must be a name that `kontor models list` shows');

@Controller('api/admin/models')
@Administrators()
export class ModelsController {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  @Get()
  list(): Promise<ModelStatus[]> {
    return this.ports.models.list();
  }

  @Post(':name/verify')
  @HttpCode(204)
  verify(@Param('name', { schema: Name }) name: string): Promise<void> {
    return this.ports.models.verify(name);
  }

  @Post(':name/pull')
  @HttpCode(204)
  pull(@Param('name', { schema: Name }) name: string): Promise<void> {
    return this.ports.models.pull(name);
  }

  @Post(':name/use')
  @HttpCode(204)
  use(@Param('name', { schema: Name }) name: string): Promise<void> {
    return this.ports.models.use(name);
  }
}

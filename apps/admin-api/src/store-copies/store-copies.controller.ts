import { Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { StoreCopied } from '@kontor/contracts';
import { Administrators } from '@kontor/http';
import { AppError } from '@kontor/kernel';
import { ADMIN_API_PORTS, type AdminApiPorts } from '../ports.js';

@Controller('api/admin/store-copies')
@Administrators()
export class StoreCopiesController {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  /** Puts a copy of the embedded store where `kontor backup` waits for it; nothing of it leaves by this way. */
  @Post()
  @HttpCode(201)
  copy(): Promise<StoreCopied> {
    if (!this.ports.copyStore) throw new AppError('backup.not_embedded', { status: 409, message: 'This Kontor keeps its data in PostgreSQL: run kontor backup --from with the address of its owner.' });
    return this.ports.copyStore();
  }
}

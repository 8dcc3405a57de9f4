import { Controller, Get, Inject } from '@nestjs/common';
import { Administrators } from '@kontor/http';
import { ADMIN_API_PORTS, type AdminApiPorts, type DoctorCheck } from '../ports.js';

@Controller('api/admin/doctor')
@Administrators()
export class DoctorController {
  constructor(@Inject(ADMIN_API_PORTS) private readonly ports: AdminApiPorts) {}

  @Get()
  async report(): Promise<{ healthy: boolean; checks: DoctorCheck[] }> {
    const checks = await this.ports.checks();
    return { healthy: checks.every((check) => check.state !== 'failed'), checks };
  }
}

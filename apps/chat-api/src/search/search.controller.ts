import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { SearchRequest, type SearchResponse } from '@kontor/contracts';
import { Principal, type Caller } from '@kontor/http';
import { SearchService } from './search.service.js';

@Controller('api/search')
export class SearchController {
  constructor(@Inject(SearchService) private readonly service: SearchService) {}

  @Post()
  @HttpCode(200)
  async search(@Principal() caller: Caller, @Body({ schema: SearchRequest }) request: SearchRequest): Promise<SearchResponse> {
    const { hits, mode, searchMs, notices } = await this.service.search(caller, request);
    return { hits, mode, searchMs, notices };
  }
}

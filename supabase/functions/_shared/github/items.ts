/** Items of one kind, as `store_delivery` takes them. */
export interface ItemGroup {
  kind: string;
  items: Record<string, unknown>[];
}

/** The repository that items are about; GitHub's number stays when it is renamed. */
export interface ItemRepository {
  repository: string;
  repository_github_id: number;
}

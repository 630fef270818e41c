interface Props {
  repository: string;
  path: string;
  text: string;
}

/** A link to GitHub, where the name is one of a repository there. */
export function GithubLink({ repository, path, text }: Props) {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository)) return <>{text}</>;
  return <a href={`https://github.com/${repository}/${path}`}>{text}</a>;
}

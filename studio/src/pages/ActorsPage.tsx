export function ActorsPage() { return null; }

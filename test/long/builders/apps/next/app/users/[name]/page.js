export const generateStaticParams = () => [{ name: "john.doe" }];

export default async function Page({ params }) {
  return <p id="where">/users/{(await params).name}</p>;
}

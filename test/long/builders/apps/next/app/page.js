export default function Page() {
  return <p id="where">/</p>;
}

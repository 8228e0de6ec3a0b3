"use client";
import Link from "next/link";
import { useEffect, useState } from "react";
import { version } from "./version";

export function Frame() {
  const [texts, setTexts] = useState("");
  const [late, setLate] = useState("");
  useEffect(() => {
    fetch("/assets/i18n/en.json")
      .then((answer) => answer.json())
      .then(({ text }) => setTexts(text));
  }, []);
  const more = async () => setLate((await import("./late")).late());
  return (
    <>
      <h1 className="picture">Next.js</h1>
      <p id="version">{version}</p>
      <p id="texts">{texts}</p>
      <p id="late">{late}</p>
      <Link href="/">Start</Link> <Link href="/users/john.doe">John</Link>{" "}
      <button onClick={more}>More</button>
    </>
  );
}

import "./style.css";
import { Frame } from "./frame";

export const metadata = { title: "Next.js", icons: { icon: "/favicon.png" } };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>
        <Frame />
        {children}
      </body>
    </html>
  );
}

import { Typography } from '@mantine/core';
import ReactMarkdown from 'react-markdown';

/** Markdown of somebody else: no HTML, no images, and links that only say where they lead. */
export default function MarkdownText({ text }: { text: string }) {
  return (
    <div className="box">
      <Typography fz="sm">
        <ReactMarkdown
          skipHtml
          disallowedElements={['img']}
          components={{
            a: ({ href, children }) => (
              <span>
                {children} ({href})
              </span>
            ),
          }}
        >
          {text}
        </ReactMarkdown>
      </Typography>
    </div>
  );
}

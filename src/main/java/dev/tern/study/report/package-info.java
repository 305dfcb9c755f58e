/** Reports of studies: documents of tables and charts, written as text, Markdown or one self-contained HTML page. */
package dev.tern.study.report;

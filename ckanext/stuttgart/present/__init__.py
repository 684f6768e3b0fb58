"""What pages say about data, in words people use: formats, licences, dates, tables, charts. Pure."""

"""The staff's desk: the channel `desk`, for officials who work in a browser."""

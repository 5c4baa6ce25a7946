"""Packages of a module for other learning platforms, made of one source. Pure: what is packed has been read before."""
